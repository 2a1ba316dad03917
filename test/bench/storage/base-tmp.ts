import { createRequire } from 'node:module'
import { startServer } from '/work/main/tooling/mysql/server.ts'

const mysql = createRequire('/work/main/tooling/package.json')('mysql2/promise')

import { peers, throughput } from '/work/main/test/bench/storage/throughput.ts'

await using server = await startServer({ durable: true })
const c = await mysql.createConnection(server.url)
await c.query('CREATE DATABASE bench')
const url = server.url + 'bench'
const q = async () => {
  const [r] = await c.query(
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions','Com_commit','Handler_commit','Queries','Com_stmt_execute','Com_stmt_prepare')",
  )
  return Object.fromEntries(r.map((x: any) => [x.Variable_name, Number(x.Value)]))
}
for (const load of process.argv[2]
  ? JSON.parse(process.argv[2])
  : [
      { processes: 1, params: 2, reports: 0 },
      { processes: 1, params: 20, reports: 0 },
      { processes: 8, params: 2, reports: 0 },
    ]) {
  const out: any = {}
  for (const p of peers('/work/main/node_modules/.cache/tune-interop/bin/python')) {
    const a = await q()
    out[p.name] = await throughput(p, url, load)
    const b = await q()
    out[p.name + ' per trial'] = Object.fromEntries(
      Object.keys(a).map((k) => [
        k,
        ((b[k] - a[k]) / (Math.ceil(p.trials / load.processes) * load.processes)).toFixed(1),
      ]),
    )
  }
  console.log(JSON.stringify(load), out, (out.tune / out.Optuna).toFixed(2))
}
await c.end()
