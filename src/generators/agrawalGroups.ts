/** The nine attributes of a loan applicant. */
export interface Applicant {
  readonly salary: number
  readonly commission: number
  readonly age: number
  readonly elevel: number
  readonly car: number
  readonly zipcode: number
  readonly hvalue: number
  readonly hyears: number
  readonly loan: number
}

/** Returns what is meant for the age: below 40, from 40 to below 60, and from 60. */
const byAge = <T>({ age }: Applicant, young: T, middle: T, old: T): T => (age < 40 ? young : age < 60 ? middle : old)
const within = (value: number, [from, to]: readonly [number, number]): boolean => from <= value && value <= to
type Range = readonly [number, number]

const K = 1000
const LOW: Range = [25 * K, 75 * K]
const MIDDLE: Range = [50 * K, 100 * K]
const HIGH: Range = [75 * K, 125 * K]
const totalOf = ({ salary, commission }: Applicant): number => salary + commission
const isTypical = (amount: number, of: Applicant): boolean => within(amount, byAge(of, MIDDLE, HIGH, LOW))
const isEducated = (of: Applicant): boolean => within(of.elevel, byAge<Range>(of, [0, 1], [1, 3], [2, 4]))

/**
 * The ten functions of the paper's appendix: each tells whether an applicant belongs to group A.
 *
 * Agrawal, Imielinski and Swami, "Database Mining: A Performance Perspective" (1993).
 */
export const AGRAWAL_GROUPS: readonly ((of: Applicant) => boolean)[] = [
  ({ age }) => age < 40 || age >= 60,
  (of) => isTypical(of.salary, of),
  isEducated,
  (of) => within(of.salary, isEducated(of) ? byAge(of, LOW, MIDDLE, MIDDLE) : byAge(of, MIDDLE, HIGH, LOW)),
  (of) => {
    const [small, large, larger]: Range[] = [
      [100 * K, 300 * K],
      [200 * K, 400 * K],
      [300 * K, 500 * K],
    ]
    return within(of.loan, isTypical(of.salary, of) ? byAge(of, small, large, larger) : byAge(of, large, larger, small))
  },
  (of) => isTypical(totalOf(of), of),
  (of) => (2 / 3) * totalOf(of) - of.loan / 5 - 20 * K > 0,
  (of) => (2 / 3) * totalOf(of) - 5 * K * of.elevel - 20 * K > 0,
  (of) => (2 / 3) * totalOf(of) - 5 * K * of.elevel - of.loan / 5 - 10 * K > 0,
  (of) => {
    const equity = of.hyears < 20 ? 0 : (of.hvalue * (of.hyears - 20)) / 10
    return (2 / 3) * totalOf(of) - 5 * K * of.elevel + equity / 5 - 10 * K > 0
  },
]
