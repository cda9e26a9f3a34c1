/** Values by their arguments, each made once. */
export interface Remembered<A extends readonly unknown[], T> {
  readonly get: (...args: A) => T;
  /** The next call makes the value again. */
  readonly forget: (...args: A) => void;
}

/** Keeps what a function returns. A promise is kept too, also one that is rejected. */
export function remember<A extends readonly unknown[], T>(
  make: (...args: A) => T,
  keyOf: (...args: A) => string,
): Remembered<A, T> {
  const made = new Map<string, { readonly value: T }>();
  return {
    get: (...args) => {
      const key = keyOf(...args);
      const found = made.get(key) ?? { value: make(...args) };
      made.set(key, found);
      return found.value;
    },
    forget: (...args) => void made.delete(keyOf(...args)),
  };
}
