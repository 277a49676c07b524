/** The page on which a registry tells people about a model. */
export function registryPage(registry: string, address: string): string {
  return `${registry}/models/${encodeURIComponent(address)}`;
}
