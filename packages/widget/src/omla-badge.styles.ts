import { css, type CSSResult } from "lit";

/**
 * The box keeps its size in every state, so that nothing on the page moves; `light-dark()` follows the page's own colour scheme, and
 * nothing else of the page's text style comes in.
 */
export const styles: CSSResult = css`
  :host {
    all: initial;
    color-scheme: inherit;
    display: inline-block;
    contain: layout;
    width: var(--omla-badge-width, 18em);
    max-width: 100%;
    height: 2em;
    vertical-align: middle;
    font: 500 var(--omla-badge-font-size, 0.75rem) / 1.5 var(--omla-badge-font, system-ui, sans-serif);
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  button {
    all: unset;
    box-sizing: border-box;
    display: flex;
    align-items: center;
    width: 100%;
    height: 100%;
    overflow: hidden;
    border: 1px solid;
    border-radius: 0.4em;
    cursor: pointer;
  }
  button,
  .neutral {
    color: light-dark(#323a44, #d2d9e1);
    background: light-dark(#eceff2, #2a3038);
  }
  .good {
    color: light-dark(#0a5226, #86e5a6);
    background: light-dark(#dcf7e4, #12351f);
  }
  .caution {
    color: light-dark(#694700, #f4cf6c);
    background: light-dark(#fff2c9, #3a2c06);
  }
  .bad {
    color: light-dark(#931a12, #ffb8ae);
    background: light-dark(#ffe6e2, #471512);
  }
  :focus-visible {
    outline: 2px solid;
    outline-offset: 2px;
  }
  b {
    padding: 0 0.45em;
    font-weight: 700;
    line-height: 2;
    color: #fff;
    background: #3a434e;
    border-inline-end: 1px solid transparent;
  }
  svg {
    flex: none;
    width: 1.2em;
    margin: 0 0.4em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  [part="label"] {
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  slot {
    display: none;
  }
  @media (scripting: none) {
    button {
      display: none;
    }
    slot {
      display: contents;
    }
  }
`;
