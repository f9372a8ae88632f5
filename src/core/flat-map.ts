/** `items.flatMap(f)` as a loop: V8's own takes three to thirty times as long, and lists are walked often. */
export function flatMap<T, U>(items: readonly T[], f: (item: T, position: number) => U | readonly U[]): U[] {
  const found: U[] = [];
  for (let k = 0; k < items.length; k++) {
    const part = f(items[k] as T, k);
    if (isList(part)) for (let j = 0; j < part.length; j++) found.push(part[j] as U);
    else found.push(part);
  }
  return found;
}

/** As `Array.isArray`, which does not know readonly arrays. */
const isList = <U>(part: U | readonly U[]): part is readonly U[] => Array.isArray(part);
