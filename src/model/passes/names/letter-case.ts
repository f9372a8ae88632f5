/** The same letter, large for small and small for large, `\Sigma` for `\sigma`; δ is Kronecker's beside a Δ. */
export function otherCase(name: string): string | null {
  if (/^[a-z]$/.test(name)) return name.toUpperCase();
  if (/^[A-Z]$/.test(name)) return name.toLowerCase();
  const first = name[1] ?? "";
  if (!/^\\(gamma|theta|lambda|xi|pi|sigma|phi|psi|omega)$/.test(name.toLowerCase())) return null;
  return `\\${first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase()}${name.slice(2)}`;
}
