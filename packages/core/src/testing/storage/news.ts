import { describe, expect, it } from 'vitest'
import type { TrialCursor } from '../../storage/study-storage.ts'
import { type StorageBackend, storesOf } from './backend.ts'
import { createTrial, newStudy, startTrial } from './fixtures.ts'

export function newsLaws(backend: StorageBackend): void {
  describe('reading what is new', () => {
    const store = storesOf(backend)

    it('gives each finished trial once, and each change of the others', async () => {
      const place = await store()
      const [reader, writer] = [await place.open(), await place.open()]
      const { id } = await newStudy(writer)
      let cursor: TrialCursor | undefined
      const news = async () => {
        const page = await reader.readTrials(id, cursor)
        cursor = page.cursor
        return page.trials.map(({ number, state }) => `${number} ${state}`)
      }
      expect(await news()).toEqual([])
      const first = await startTrial(writer, id)
      await createTrial(writer, id, { state: 'complete', values: [1] })
      expect(await news()).toEqual(['0 running', '1 complete'])
      await createTrial(writer, id, { state: 'waiting' })
      expect(await news()).toContain('2 waiting')
      await writer.finishTrial(first, { state: 'pruned', values: null })
      expect((await news()).filter((line) => line !== '2 waiting')).toEqual(['0 pruned'])
      expect((await news()).filter((line) => line !== '2 waiting')).toEqual([])
    })

    it('misses nothing while others write', async () => {
      const place = await store()
      const [reader, ...writers] = await Promise.all([place.open(), place.open(), place.open(), place.open()])
      const { id } = await newStudy(reader)
      const seen = new Map<number, number>()
      let cursor: TrialCursor | undefined
      const read = async () => {
        const page = await reader.readTrials(id, cursor)
        cursor = page.cursor
        for (const { number, state } of page.trials)
          if (state === 'complete') seen.set(number, (seen.get(number) ?? 0) + 1)
      }
      let writing = true
      const work = Promise.all(
        writers.map(async (writer) => {
          for (let i = 0; i < 12; i++) {
            await writer.finishTrial(await startTrial(writer, id), { state: 'complete', values: [i] })
          }
        }),
      ).finally(() => {
        writing = false
      })
      while (writing) await Promise.all([read(), new Promise((resolve) => setImmediate(resolve))])
      await work
      await read()
      expect([...seen.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 36 }, (_, i) => i))
      expect([...seen.values()].every((times) => times === 1)).toBe(true)
    })
  })
}
