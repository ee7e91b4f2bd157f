import { from, NEVER, throwError } from 'rxjs'
import { expect, it } from 'vitest'
import { hold } from '../../operators/hold.js'

const held =
  (told: string[], fails = false) =>
  (): { release(): void } => {
    told.push('take')
    return {
      release() {
        told.push('release')
        if (fails) throw new Error('release failed')
      },
    }
  }
const listen = (told: string[]) => ({
  next: (x: unknown) => told.push(`${x}`),
  error: (reason: Error) => told.push(`error: ${reason.message}`),
  complete: () => told.push('complete'),
})

it('gives back once, before completion, before an error, or when unsubscribed', () => {
  const told: string[] = []
  hold(held(told), () => from([1, 2])).subscribe(listen(told))
  hold(held(told), () => throwError(() => new Error('no'))).subscribe(listen(told))
  hold(held(told), () => NEVER)
    .subscribe(listen(told))
    .unsubscribe()
  expect(told.join(' ')).toBe('take 1 2 release complete take release error: no take release')
})

it('a failure to give back becomes an error notification', () => {
  const told: string[] = []
  hold(held(told, true), () => from([1])).subscribe(listen(told))
  hold(held(told, true), () => throwError(() => new Error('no'))).subscribe(listen(told))
  expect(told.join(' ')).toBe('take 1 release error: release failed take release error: release failed')
})
