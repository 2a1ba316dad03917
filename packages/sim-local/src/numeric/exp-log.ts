/**
 * exp and log out of + − × ÷ alone, so that they give the same bits on every machine and in every mode of V8.
 * ECMAScript leaves `Math.exp` and `Math.log` to the implementation.
 *
 * Method and coefficients: fdlibm's `e_exp.c` and `e_log.c` (Sun Microsystems, 1993): reduce the argument by a power
 * of two, approximate the rest by a polynomial. The error is below 1 ulp.
 */

const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10
const INVERSE_LN2 = 1.442695040888963387

/** 2^k for k from -1074 to 1023, by repeated doubling and halving, which are exact. */
const POWERS = (() => {
  const powers = new Float64Array(1074 + 1024)
  powers[1074] = 1
  for (let k = 1; k < 1024; k++) powers[1074 + k] = (powers[1073 + k] as number) * 2
  for (let k = 1; k <= 1074; k++) powers[1074 - k] = (powers[1075 - k] as number) / 2
  return powers
})()

/** e^x. Below -745 it is 0, above 709.78 Infinity. */
export function dexp(x: number): number {
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019412) return 0
  const k = Math.floor(INVERSE_LN2 * x + 0.5)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const t = r * r
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))))
  const y = 1 - (low - (r * c) / (2 - c) - high)
  // In two steps, since 2^1024 is no number and results below 2^-1022 round once.
  return k > 1023
    ? y * 2 * (POWERS[1074 + k - 1] as number)
    : k < -1021
      ? y * (POWERS[1074 + k + 54] as number) * 5.551115123125783e-17
      : y * (POWERS[1074 + k] as number)
}

const view = new DataView(new ArrayBuffer(8))

/** The natural logarithm of a positive normal number. */
export function dlog(x: number): number {
  view.setFloat64(0, x)
  const high = view.getInt32(0)
  let k = (high >> 20) - 1023
  let mantissa = high & 0xfffff
  // Bring the mantissa into [√½, √2).
  const above = (mantissa + 0x95f64) & 0x100000
  view.setInt32(0, mantissa | (above ^ 0x3ff00000))
  k += above >> 20
  mantissa &= 0xfffff
  const f = view.getFloat64(0) - 1
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  const half = 0.5 * f * f
  return k * LN2_HIGH - (half - (s * (half + odd + even) + k * LN2_LOW) - f)
}
