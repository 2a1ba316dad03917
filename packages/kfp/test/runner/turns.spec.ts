import { expect, it } from 'vitest'
import { Turns } from '../../src/runner/turns.ts'

it('come to all in turns', () => {
  const turns = new Turns(2)
  const all = ['a', 'b', 'c', 'd', 'e']
  const rounds = Array.from({ length: 5 }, () => [...turns.next(all)])
  expect(rounds.map((round) => round.length)).toEqual([2, 2, 2, 2, 2])
  for (const each of all) expect(rounds.flat().filter((id) => id === each)).toHaveLength(2)
})

it('come to who is new before who has had one, and forget who is gone', () => {
  const turns = new Turns(1)
  expect([...turns.next(['a'])]).toEqual(['a'])
  expect([...turns.next(['a', 'b'])]).toEqual(['b'])
  expect([...turns.next(['b'])]).toEqual(['b'])
  expect([...turns.next(['a', 'b'])]).toEqual(['a'])
  expect([...turns.next([])]).toEqual([])
})
