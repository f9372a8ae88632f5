/* What a line of a derivation gives as its rule and its reason: those of all that was made use of. */

export const rulesOf = (used: readonly { readonly rule: string }[]): string =>
  [...new Set(used.map((u) => u.rule))].join(", ");

export const why = (used: readonly { readonly why: string }[]): string =>
  [...new Set(used.map((u) => u.why))].join("; ") || "written with the names of intermediates";
