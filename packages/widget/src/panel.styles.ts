import { css, type CSSResult } from "lit";

/** The details; loaded with the panel. */
export const panelStyles: CSSResult = css`
  .panel {
    position: fixed;
    inset: auto;
    box-sizing: border-box;
    inline-size: min(23rem, 100vw - 1rem);
    max-block-size: calc(100dvh - 1rem);
    margin: 0;
    padding: 1rem;
    overflow: auto;
    border: 1px solid light-dark(#c4cbd3, #4a5461);
    border-radius: 0.6rem;
    font-size: 0.875rem;
    font-weight: 400;
    line-height: 1.45;
    color: light-dark(#20262d, #e3e8ee);
    background: light-dark(#fff, #171c22);
    box-shadow: 0 8px 30px rgb(0 0 0 / 0.25);
  }
  .panel:focus {
    outline: none;
  }
  .panel:focus-visible {
    outline: 2px solid light-dark(#0550ae, #79c0ff);
    outline-offset: -2px;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }
  h2 {
    padding-inline-end: 2.25rem;
    font-size: 1rem;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  h3 {
    margin-block: 0.9rem 0.3rem;
    font-size: 0.8125rem;
    font-weight: 650;
    color: var(--_soft);
  }
  .panel,
  .panel * {
    --_soft: light-dark(#4d5763, #a9b4c0);
  }
  .state {
    display: flex;
    gap: 0.5em;
    align-items: start;
    margin-block: 0.6rem 0.8rem;
    padding: 0.5rem 0.6rem;
    border: 1px solid;
    border-radius: 0.4rem;
  }
  .state svg {
    margin: 0.15em 0 0;
  }
  .state strong {
    display: block;
  }
  dl {
    display: grid;
    grid-template-columns: fit-content(38%) 1fr;
    gap: 0.3rem 0.9rem;
  }
  dt {
    color: var(--_soft);
  }
  dd {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  code {
    font: 0.8125rem / 1.4 ui-monospace, monospace;
    unicode-bidi: isolate;
  }
  ul {
    list-style: none;
  }
  li {
    display: flex;
    gap: 0.5em;
    justify-content: space-between;
    align-items: baseline;
  }
  li > :first-child {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  li > :last-child {
    flex: none;
    font-variant-numeric: tabular-nums;
  }
  li small {
    color: var(--_soft);
  }
  .swatch {
    display: inline-block;
    inline-size: 0.7em;
    block-size: 0.7em;
    margin-inline-end: 0.45em;
    border-radius: 0.15em;
    forced-color-adjust: none;
  }
  .chart {
    display: block;
    inline-size: 100%;
    block-size: 0.6rem;
    margin: 0 0 0.4rem;
    border-radius: 0.2rem;
    stroke: none;
    forced-color-adjust: none;
  }
  [dir="rtl"] .chart {
    transform: scaleX(-1);
  }
  .part-0 {
    --_part: light-dark(#2458b3, #6ea8ff);
  }
  .part-1 {
    --_part: light-dark(#a8480c, #f2a266);
  }
  .part-2 {
    --_part: light-dark(#6b3fa0, #c39bf0);
  }
  .part-3 {
    --_part: light-dark(#0b7285, #5cc7d9);
  }
  .part-4 {
    --_part: light-dark(#a61e62, #f285b8);
  }
  .part-rest {
    --_part: light-dark(#8a939e, #6d7783);
  }
  rect {
    fill: var(--_part);
    stroke: light-dark(#fff, #171c22);
    stroke-width: 0.6;
  }
  .swatch {
    background: var(--_part);
  }
  .panel button {
    inline-size: auto;
    block-size: auto;
    padding: 0.15rem 0.6rem;
    color: inherit;
    background: light-dark(#f3f5f7, #262d36);
  }
  .panel .close {
    position: absolute;
    inset-block-start: 0.75rem;
    inset-inline-end: 0.75rem;
    padding: 0.2rem;
  }
  .close svg {
    inline-size: 1.1rem;
    margin: 0;
  }
  .unseen {
    position: absolute;
    clip-path: inset(50%);
  }
  .wallet {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    align-items: center;
    justify-content: space-between;
  }
  a {
    display: inline-block;
    margin-block-start: 0.9rem;
    color: light-dark(#0550ae, #79c0ff);
  }
  a:focus-visible {
    outline: 2px solid;
    outline-offset: 2px;
  }
`;
