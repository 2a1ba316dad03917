import { styleText } from 'node:util'
import { expect, it } from 'vitest'
import { printable } from '../src/text/printable.ts'

it.each([
  ['a title', '\u001b]0;owned\u0007', '\ufffd]0;owned\ufffd'],
  ['a cleared screen', 'x\u001b[2Jy', 'x\ufffd[2Jy'],
  ['a step back', 'best\rworst\b', 'best\ufffdworst\ufffd'],
  ['a control of one byte', '\u009b31m', '\ufffd31m'],
])('shows %s as what it is', (_, text, shown) => {
  expect(printable(text)).toBe(shown)
})

it('leaves styles, line breaks and all letters', () => {
  const text = `${styleText('bold', 'ключ 🚕', { validateStream: false })}\n\tä`
  expect(printable(text)).toBe(text)
})
