/** The field of integers modulo a prime. */
export class Field {
  readonly p: bigint;

  constructor(p: bigint) {
    this.p = p;
  }

  reduce = (x: bigint): bigint => {
    const r = x % this.p;
    return r < 0n ? r + this.p : r;
  };

  power(base: bigint, exponent: bigint): bigint {
    return modularPower(base, exponent, this.p);
  }

  /** The inverse, or `null` for zero. */
  inverse(x: bigint): bigint | null {
    let [r0, r1] = [this.p, x];
    let [t0, t1] = [0n, 1n];
    while (r1 !== 0n) {
      const q = r0 / r1;
      [r0, r1] = [r1, r0 - q * r1];
      [t0, t1] = [t1, t0 - q * t1];
    }
    return r0 === 1n ? this.reduce(t0) : null;
  }

  /** An element that looks random, by a text. */
  element(text: string): bigint {
    return this.reduce(wide(text));
  }
}

const MULTIPLIERS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;

/** 160 bits of a text: five multiplicative hashes with multipliers of their own, mixed into each other at the end. */
function wide(text: string): bigint {
  const h = MULTIPLIERS.map((m, k) => (m ^ Math.imul(k + 1, 0x7feb352d)) | 0);
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    for (let k = 0; k < h.length; k++) {
      const mixed = Math.imul((h[k] ?? 0) ^ c, MULTIPLIERS[k] ?? 1);
      h[k] = mixed ^ (mixed >>> 15);
    }
  }
  let bits = 0n;
  for (let k = 0; k < h.length; k++)
    bits = (bits << 32n) | BigInt(avalanche((h[k] ?? 0) ^ Math.imul(h[(k + 1) % 5] ?? 0, 0x2c1b3c6d)));
  return bits;
}

function avalanche(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

function modularPower(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let b = base % p;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * b) % p;
    b = (b * b) % p;
  }
  return result;
}

const BITS = 127n;
const SMALL = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n, 67n, 71n];

/**
 * A prime of 127 bits that the content picks, so that no formula can be written to vanish modulo it. There are about
 * 2^119 of them; each is found by searching upwards from a hash with the Miller–Rabin test, bases by the same hash.
 */
export function primeFor(content: string): bigint {
  const low = 1n << (BITS - 1n);
  let candidate = low + ((wide(`prime/${content}`) % low) | 1n);
  while (!isPrime(candidate, content)) candidate += 2n;
  return candidate;
}

function isPrime(n: bigint, content: string): boolean {
  if (SMALL.some((q) => n % q === 0n)) return false;
  let d = n - 1n;
  let s = 0;
  for (; d % 2n === 0n; d /= 2n) s += 1;
  for (let k = 0; k < 32; k++) {
    const base = 2n + (wide(`base/${k}/${content}`) % (n - 3n));
    if (!passes(n, base, d, s)) return false;
  }
  return true;
}

function passes(n: bigint, base: bigint, d: bigint, s: number): boolean {
  let x = modularPower(base, d, n);
  if (x === 1n || x === n - 1n) return true;
  for (let r = 1; r < s; r++) {
    x = (x * x) % n;
    if (x === n - 1n) return true;
  }
  return false;
}
