import "@lit-labs/ssr-client/lit-element-hydrate-support.js"; // before anything of Lit

const buttonNow = (): Element | null | undefined => document.querySelector("omla-badge")?.shadowRoot?.querySelector("button");
const fromServer = buttonNow();

await import("../src/define.ts");

Object.assign(globalThis, { isSameButton: () => fromServer instanceof HTMLButtonElement && buttonNow() === fromServer });
