import { noCurrentDate } from './no-current-date.ts'
import { noExponentiation } from './no-exponentiation.ts'
import { noOwnLimit } from './no-own-limit.ts'

/** The rules that oxlint does not have. Everything else is in `.oxlintrc.json`. */
export default {
  meta: { name: 'tune' },
  rules: {
    'no-current-date': noCurrentDate,
    'no-exponentiation': noExponentiation,
    'no-own-limit': noOwnLimit,
  },
}
