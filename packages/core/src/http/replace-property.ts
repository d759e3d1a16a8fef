/** Puts a property of an object's own in the place of another, until the returned function is called. */
export function replaceProperty(object: object, key: PropertyKey, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(object, key);
  Object.defineProperty(object, key, { value, configurable: true });
  return () => {
    Reflect.deleteProperty(object, key);
    if (own !== undefined) Object.defineProperty(object, key, own);
  };
}
