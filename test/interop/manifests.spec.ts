import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { runPython } from './python.ts'
import { goCompiler, kubernetesSchemas } from './python-environment.ts'

const base = fileURLToPath(new URL('../../kubernetes/base', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/kustomize', import.meta.url))
const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5@v5.6.0'

/** Holds documents against the schemas of a version of Kubernetes, strictly. Gives what is wrong with each. */
const VALIDATE = `
import yaml, kubernetes_validate
def fault(document):
    try: kubernetes_validate.validate(document, '1.31', strict=True)
    except kubernetes_validate.ValidationError as error: return error.message
say([[each['kind'], fault(each)] for each in yaml.safe_load_all(sys.argv[1])])
`

let built: string
let python: string

beforeAll(() => {
  python = kubernetesSchemas()
  const kustomize = `${cache}/kustomize`
  const env = { ...process.env, GOBIN: cache, GOFLAGS: '-mod=mod' }
  if (!existsSync(kustomize)) execFileSync(goCompiler(), ['install', KUSTOMIZE], { env, stdio: 'inherit' })
  built = execFileSync(kustomize, ['build', base], { encoding: 'utf8' })
})

it('the manifests are built by kustomize, and are such as Kubernetes takes', async () => {
  expect(await runPython(python, VALIDATE, [built])).toEqual([
    ['ServiceAccount', null],
    ['Role', null],
    ['RoleBinding', null],
    ['NetworkPolicy', null],
  ])
})

it('a field that there is not is noticed', async () => {
  const wrong = built.replace('policyTypes:', 'policyTips:')
  expect(wrong).not.toBe(built)
  const faults = await runPython<readonly (readonly [string, string | null])[]>(python, VALIDATE, [wrong])
  expect(faults.at(-1)?.[1]).toContain('policyTips')
})
