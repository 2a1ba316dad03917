import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type LocalPipelines, startLocalPipelines } from '@tune/kfp-local'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { runPython } from './python.ts'

/** What every script needs: a client of the SDK, and components that run on this machine's Python. */
const PRELUDE = `
import os, time
from typing import List
from kfp import client, compiler, dsl
url, folder, path = sys.argv[1:4]
kfp = client.Client(host=url)
def component(function): return dsl.component(function, base_image='python:3.11', install_kfp_package=False)
def on(task): return task.set_env_variable('PATH', path)
def outputs(run_id): return {t.display_name: str(t.state) for t in kfp.get_run(run_id).run_details.task_details}
def file(name): return os.path.join(folder, name)
def lines(name): return open(file(name)).read().split() if os.path.exists(file(name)) else []
@component
def append(name: str, line: str) -> str:
    open(name, 'a').write(line + '\\n')
    return line
`

/** Drives the server as any user of the SDK would. */
describe("Kubeflow Pipelines' own SDK", () => {
  let folder: string
  let server: LocalPipelines
  const drive = async <T>(script: string): Promise<T> => {
    const program = inject('kfpPython')
    const path = `${dirname(program)}:${process.env['PATH']}`
    // In a file: the SDK reads the source of components.
    const file = join(folder, 'script.py')
    await writeFile(file, PRELUDE + script)
    const run = 'file = sys.argv.pop(1)\nexec(compile(open(file).read(), file, "exec"))\n'
    return runPython<T>(program, run, [file, server.url, folder, path])
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tune-kfp-'))
    server = await startLocalPipelines({
      images: { 'python:*': [] },
      folder: join(folder, 'server'),
      parallelism: 2,
    })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('runs a loop, collects what it made, and hands artifacts on', async () => {
    const seen = await drive(`
@component
def square(x: int) -> int:
    return x * x
@component
def total(values: List[int], metrics: dsl.Output[dsl.Metrics], data: dsl.Output[dsl.Dataset]) -> float:
    metrics.log_metric('total', sum(values))
    open(data.path, 'w').write(repr(values))
    return float(sum(values))
@component
def read(data: dsl.Input[dsl.Dataset], total: float, name: str):
    open(name, 'w').write(open(data.path).read() + ' ' + str(total))
@dsl.pipeline(name='squares')
def squares(xs: List[int], name: str):
    with dsl.ParallelFor(xs, parallelism=2) as x:
        each = on(square(x=x))
    added = on(total(values=dsl.Collected(each.output)))
    on(read(data=added.outputs['data'], total=added.outputs['Output'], name=name))
run = kfp.create_run_from_pipeline_func(squares, arguments=dict(xs=[1, 2, 3], name=file('squares')), experiment_name='interop')
ended = kfp.wait_for_run_completion(run.run_id, timeout=90, sleep_duration=1)
say(dict(state=str(ended.state), error=ended.error and ended.error.message, text=lines('squares'), experiment=kfp.get_experiment(experiment_name='interop').experiment_id == ended.experiment_id))
`)
    expect(seen).toEqual({
      state: 'SUCCEEDED',
      error: null,
      text: ['[1,', '4,', '9]', '14'],
      experiment: true,
    })
  })

  it('takes one branch of a condition, and the output of the one that ran', async () => {
    const seen = await drive(`
@component
def say_number(n: int) -> int:
    return n
@component
def say_word(word: str) -> str:
    return word
@dsl.pipeline(name='branches')
def branches(n: int, name: str):
    number = on(say_number(n=n))
    with dsl.If(number.output > 5):
        big = on(say_word(word='big'))
    with dsl.Elif(number.output == 5):
        five = on(say_word(word='five'))
    with dsl.Else():
        small = on(say_word(word='small'))
    on(append(name=name, line=dsl.OneOf(big.output, five.output, small.output)))
states = []
for n in [7, 5, 1]:
    run = kfp.create_run_from_pipeline_func(branches, arguments=dict(n=n, name=file('branches')))
    ended = kfp.wait_for_run_completion(run.run_id, timeout=90, sleep_duration=1)
    states.append([str(ended.state), ended.error and ended.error.message])
say(dict(states=states, lines=lines('branches')))
`)
    const ended = ['SUCCEEDED', null]
    expect(seen).toEqual({ states: [ended, ended, ended], lines: ['big', 'five', 'small'] })
  })

  it('runs the exit task also of what failed, after its retries, and fails the run', async () => {
    const seen = await drive(`
@component
def fail(name: str):
    open(name, 'a').write('tried\\n')
    raise SystemExit(3)
@component
def notify(name: str, status: dsl.PipelineTaskFinalStatus):
    open(name, 'a').write(status.state + '\\n')
@dsl.pipeline(name='exits')
def exits(name: str):
    with dsl.ExitHandler(on(notify(name=name))):
        on(fail(name=name)).set_retry(num_retries=2, backoff_duration='0s', backoff_factor=1)
run = kfp.create_run_from_pipeline_func(exits, arguments=dict(name=file('exits')))
ended = kfp.wait_for_run_completion(run.run_id, timeout=90, sleep_duration=1)
say(dict(state=str(ended.state), lines=lines('exits'), notified=outputs(run.run_id)['notify']))
`)
    expect(seen).toEqual({
      state: 'FAILED',
      lines: ['tried', 'tried', 'tried', 'FAILED'],
      notified: 'SUCCEEDED',
    })
  })

  it('does not run again what is cached, but where caching is off', async () => {
    const seen = await drive(`
@dsl.pipeline(name='cached')
def cached(name: str):
    on(append(name=name, line='once'))
    on(append(name=name, line='always')).set_caching_options(False)
for _ in range(2):
    run = kfp.create_run_from_pipeline_func(cached, arguments=dict(name=file('cached')))
    kfp.wait_for_run_completion(run.run_id, timeout=90, sleep_duration=1)
say(sorted(lines('cached')))
`)
    expect(seen).toEqual(['always', 'always', 'once'])
  })

  it('uploads, lists, filters, terminates, archives, schedules and deletes', async () => {
    const seen = await drive(`
@component
def sleep():
    import time
    time.sleep(100)
@dsl.pipeline(name='sleeps')
def sleeps(seconds: int = 1):
    on(sleep())
compiler.Compiler().compile(sleeps, file('sleeps.yaml'))
pipeline = kfp.upload_pipeline(file('sleeps.yaml'), pipeline_name='sleeps', description='of the night')
version = kfp.upload_pipeline_version(file('sleeps.yaml'), pipeline_version_name='second', pipeline_id=pipeline.pipeline_id)
experiment = kfp.create_experiment('nights')
runs = [kfp.run_pipeline(experiment.experiment_id, f'night-{i}', pipeline_id=pipeline.pipeline_id, version_id=version.pipeline_version_id) for i in range(3)]
where = lambda key, value: json.dumps(dict(predicates=[dict(operation='EQUALS', key=key, stringValue=value)]))
found = kfp.list_runs(filter=where('display_name', 'night-1'), experiment_id=experiment.experiment_id).runs
page = kfp.list_runs(page_size=2, sort_by='created_at desc', experiment_id=experiment.experiment_id)
rest = kfp.list_runs(page_size=2, sort_by='created_at desc', experiment_id=experiment.experiment_id, page_token=page.next_page_token)
for run in runs: kfp.terminate_run(run.run_id)
ended = [str(kfp.wait_for_run_completion(run.run_id, timeout=60, sleep_duration=1).state) for run in runs]
kfp.archive_run(runs[0].run_id)
job = kfp.create_recurring_run(experiment.experiment_id, 'nightly', cron_expression='0 0 2 * * *', pipeline_id=pipeline.pipeline_id, version_id=version.pipeline_version_id)
kfp.disable_recurring_run(job.recurring_run_id)
status = str(kfp.get_recurring_run(job.recurring_run_id).status)
kfp.delete_recurring_run(job.recurring_run_id)
say(dict(found=[r.display_name for r in found], pages=[[r.display_name for r in p.runs] for p in (page, rest)], ended=ended,
    stored=str(kfp.get_run(runs[0].run_id).storage_state), versions=[v.display_name for v in kfp.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions],
    same=kfp.get_pipeline_id('sleeps') == pipeline.pipeline_id, status=status, jobs=kfp.list_recurring_runs().recurring_runs or []))
`)
    expect(seen).toEqual({
      found: ['night-1'],
      pages: [['night-2', 'night-1'], ['night-0']],
      ended: ['FAILED', 'FAILED', 'FAILED'],
      stored: 'ARCHIVED',
      versions: ['sleeps', 'second'],
      same: true,
      status: 'DISABLED',
      jobs: [],
    })
  })
})
