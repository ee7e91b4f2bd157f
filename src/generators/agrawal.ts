import { checkShare } from '../options/checkShare.js'
import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'
import { AGRAWAL_GROUPS, type Applicant } from './agrawalGroups.js'
import { checkVariant, endless } from './endless.js'

export interface AgrawalConfig {
  readonly seed?: number
  /** The share p of an attribute's range by which its value is disturbed after its row was labelled. Default: 0. */
  readonly perturbation?: number
  /** Which of the ten functions is in force. Default: 1. */
  readonly variant?: number
}

export interface AgrawalRow extends Applicant {
  /** 1 for group A, 0 for group B. */
  readonly label: 0 | 1
}

const DRAWS = 16

/**
 * The loan applicants of Agrawal, Imielinski and Swami: nine attributes, and ten functions that tell group A (label 1)
 * from group B (label 0).
 *
 * | attribute | values |
 * |---|---|
 * | salary | uniform from 20,000 to 150,000 |
 * | commission | 0 if the salary is at least 75,000, otherwise uniform from 10,000 to 75,000 |
 * | age | whole years, uniform from 20 to 80 |
 * | elevel | the level of education, 0 to 4 |
 * | car | the make of the car, 1 to 20 |
 * | zipcode | 0 to 8 |
 * | hvalue | the value of the house, uniform from ½k to 1½k times 100,000, k = 9 − zipcode |
 * | hyears | the years it has been owned, 1 to 30 |
 * | loan | uniform from 0 to 500,000 |
 *
 * With a perturbation p, salary, commission, age, hvalue, hyears and loan become v + p·r·a, with r uniform in [−½, ½)
 * and a the length of the attribute's range, within that range.
 *
 * @throws RangeError for a variant other than 1 to 10, or a perturbation that is no share
 * @example generators.agrawal({ variant: 7, perturbation: 0.05 })
 * @see R. Agrawal, T. Imielinski, A. Swami (1993), Database Mining: A Performance Perspective, IEEE TKDE 5(6)
 */
export const agrawal = (config?: AgrawalConfig): Iterable<AgrawalRow> => {
  const { seed, perturbation, variant } = optionsOf('agrawal', config, { seed: 0, perturbation: 0, variant: 1 })
  checkShare('agrawal: perturbation is', perturbation)
  checkVariant('agrawal', variant, AGRAWAL_GROUPS.length)
  const isInA = AGRAWAL_GROUPS[variant - 1]
  const { uniform } = createRandom(seed, `agrawal ${variant}`)
  return endless(() => (i) => {
    const u = (j: number): number => uniform(DRAWS * i + j)
    const whole = (j: number, from: number, to: number): number => from + Math.floor(u(j) * (to - from + 1))
    const between = (j: number, from: number, to: number): number => from + u(j) * (to - from)
    const salary = between(0, 20_000, 150_000)
    const zipcode = whole(5, 0, 8)
    const thousands = 100_000 * (9 - zipcode)
    const applicant: Applicant = {
      salary,
      commission: salary >= 75_000 ? 0 : between(1, 10_000, 75_000),
      age: whole(2, 20, 80),
      elevel: whole(3, 0, 4),
      car: whole(4, 1, 20),
      zipcode,
      hvalue: between(6, 0.5 * thousands, 1.5 * thousands),
      hyears: whole(7, 1, 30),
      loan: between(8, 0, 500_000),
    }
    const label = isInA(applicant) ? 1 : 0
    if (perturbation === 0) return { ...applicant, label }
    const disturbed = (j: number, value: number, from: number, to: number): number =>
      Math.min(Math.max(value + perturbation * (u(j) - 0.5) * (to - from), from), to)
    return {
      ...applicant,
      salary: disturbed(9, salary, 20_000, 150_000),
      commission: applicant.commission === 0 ? 0 : disturbed(10, applicant.commission, 10_000, 75_000),
      age: disturbed(11, applicant.age, 20, 80),
      hvalue: disturbed(12, applicant.hvalue, 0.5 * thousands, 1.5 * thousands),
      hyears: disturbed(13, applicant.hyears, 1, 30),
      loan: disturbed(14, applicant.loan, 0, 500_000),
      label,
    }
  })
}
