/** What the tag takes, in a framework's template. */
export interface OmlaBadgeAttributes {
  /** Address of `omla.json`, relative to the page. */
  src?: string | undefined;
  /** An `omla1…` address, instead of `src`. */
  model?: string | undefined;
  /** Trusted registries (origins, separated by spaces); without it the package's own list. */
  registry?: string | undefined;
  /** Hashes of the weights that this page offers, separated by spaces. */
  sha256?: string | undefined;
  /** Address of the model's page, where that is not the document's own. */
  page?: string | undefined;
  /** Colours; without it the colour scheme of the page. */
  theme?: "light" | "dark" | undefined;
  /** Language; without it that of the page. */
  lang?: string | undefined;
}
