import { categorical, createStudy, float, randomSampler } from '@tune/core'
import { expect, it } from 'vitest'
import { toCsv } from '../src/commands/export.ts'

it('CSV has a row for each trial and a column for each parameter that any has', async () => {
  await using study = await createStudy({ sampler: randomSampler() })
  const x = { distribution: float(0, 1), internal: 0.5 }
  const mode = { distribution: categorical(['a,b', 'say "c"']), internal: 1 }
  await study.add({ state: 'complete', values: [Number.POSITIVE_INFINITY], params: new Map([['x', x]]) })
  await study.add({ state: 'pruned', params: new Map([['mode', mode]]) })
  const rows = toCsv(await study.trials(), 1)
    .split('\n')
    .map((row) => row.replace(/,\d{4}-[^,]*Z/g, ',time'))
  expect(rows).toEqual([
    'number,state,value,started,completed,param_x,param_mode',
    '0,complete,Infinity,time,time,0.5,',
    '1,pruned,,time,time,,"say ""c"""',
    '',
  ])
})
