/** Remembers the imported form of the last public keys; the oldest leaves first. */
export function createKeyCache<Imported>(
  capacity: number,
  importKey: (publicKey: Uint8Array) => Imported,
): (publicKey: Uint8Array) => Imported {
  const imported = new Map<string, Imported>();
  return (publicKey) => {
    const name = String.fromCharCode(...publicKey);
    const known = imported.get(name);
    if (known !== undefined) return known;
    const key = importKey(publicKey);
    if (imported.size >= capacity) imported.delete(imported.keys().next().value as string);
    imported.set(name, key);
    return key;
  };
}
