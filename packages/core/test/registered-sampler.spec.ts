import { describe, expect, it } from 'vitest'
import { createSampler, createStudy, float, registerSampler } from '../src/index.ts'

const module = new URL('./their-sampler.ts', import.meta.url)

describe("a sampler of somebody else's", () => {
  it('is made by its name, and works in a thread', async () => {
    await registerSampler('theirs', module)
    const sampler = createSampler('theirs', { part: 0.25 })
    await using study = await createStudy({ space: { x: float(0, 8) }, sampler })
    await study.optimize(({ params }) => params.x, { trials: 3 })
    expect(await study.bestParams()).toEqual({ x: 2 })
  })

  it('fails the run with its own words', async () => {
    await registerSampler('theirs', module)
    const sampler = createSampler('theirs', { fails: true })
    await using study = await createStudy({ space: { x: float(0, 8) }, sampler })
    await expect(study.optimize(() => 0, { trials: 1 })).rejects.toMatchObject({
      code: 'SAMPLER_FAILED',
      message: expect.stringContaining('asked on the calling thread'),
    })
  })

  it('cannot take the name of a built-in one', async () => {
    await expect(registerSampler('tpe', module)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: "sampler: 'tpe' is the name of a built-in one",
    })
  })

  it('must be the default export of its module', async () => {
    await expect(registerSampler('odd', 'node:path')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: "sampler 'odd': the default export of node:path must be a function from options to a sampler",
    })
  })
})
