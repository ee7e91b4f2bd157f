import type { ErrorWithReasonCode } from 'mqtt'
import { Refused } from './reconnecting.js'

/** The answers of a broker by which it will refuse again. MQTT 3.1.1, table 3.1. */
const refusals: Readonly<Record<number, string>> = {
  1: 'the broker does not speak this version of MQTT.',
  2: 'the broker refuses the clientId; give another one.',
  4: 'the user or the password is wrong; give them as in { client: { username, password } }.',
  5: 'this user may not connect; give one who may, as in { client: { username, password } }.',
}

/** Says what to do about an error by which a broker has refused a connection; undefined for any other error. */
export const mqttRefusal = (error: Error | ErrorWithReasonCode): Refused | undefined => {
  const reason = 'code' in error && typeof error.code === 'number' ? refusals[error.code] : undefined
  return reason === undefined ? undefined : new Refused(reason)
}
