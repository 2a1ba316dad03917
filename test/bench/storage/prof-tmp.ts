import { startServer } from '/work/main/tooling/mysql/server.ts'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
const mysql = createRequire('/work/main/tooling/package.json')('mysql2/promise')
import { createStudy, randomSampler } from '/work/main/packages/core/src/index.ts'
import { openStorage } from '/work/main/packages/storage/src/index.ts'
await using server = await startServer({ durable: true })
const c = await mysql.createConnection(server.url)
await c.query('CREATE DATABASE bench'); const url = server.url + 'bench'
await using storage = await openStorage(url)
await using study = await createStudy({ name:'x', storage, sampler: randomSampler() })
const N=1500
const pids = readFileSync('/proc/self/task/'+process.pid+'/children','utf8').trim().split(' ')
const cpu = (pid:string)=>{const f=readFileSync(`/proc/${pid}/stat`,'utf8').split(') ')[1].split(' '); return (Number(f[11])+Number(f[12]))*10}
const t0=performance.now(), u0=process.cpuUsage(), s0=cpu(pids[0])
for (let i=0;i<N;i++){ const t = await study.ask(); const a = await t.suggestFloat('x',-1,1)+await t.suggestFloat('y',-1,1); await study.tell(t,a)}
const u=process.cpuUsage(u0)
console.log('ms/trial', (performance.now()-t0)/N, 'client cpu', (u.user+u.system)/1000/N, 'server cpu', (cpu(pids[0])-s0)/N)
await c.end()
