import Fraction from "fraction.js";

/** Numbers of float64 have fewer digits before and after the point. */
const MOST_DIGITS = 400;

/** The exact value of `12.5` or `1e-5`; `null` where it has too many digits. */
export function decimal(text: string): Fraction | null {
  const [digits = "", power = "0"] = text.toLowerCase().split("e");
  const exponent = Number(power);
  if (digits.length + Math.abs(exponent) > MOST_DIGITS) return null;
  const scale = new Fraction(10n ** BigInt(Math.abs(exponent)));
  return exponent < 0 ? new Fraction(digits).div(scale) : new Fraction(digits).mul(scale);
}
