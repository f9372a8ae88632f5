/** A function of a text that gives what it gave before. What it gave is forgotten when there is too much of it. */
export function remembered<T>(f: (text: string) => T, most = 2000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = f(text);
      if (known.size >= most) known.clear();
      known.set(text, value);
    }
    return value;
  };
}
