/** Where a registry tells people about a model: its start page, asked for the address. */
export function registryPage(registry: string, address: string): string {
  return `${registry}/?model=${encodeURIComponent(address)}`;
}
