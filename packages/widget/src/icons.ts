/** Outlines on a 16 × 16 grid, drawn with a stroke; a shape of its own for each meaning, so that colour is never the only sign. */
export const ICONS = {
  check: "M3 8l4 4 6-8",
  seal: "M8 1.5l5.5 2V8q0 4-5.5 6.5Q2.5 12 2.5 8V3.5zM5.5 8l2 2 3-4",
  eye: "M1 8q7-10 14 0-7 10-14 0M8 7a1 1 0 1 0 .1 0",
  warning: "M8 2l6.5 12h-13zM8 7v3M8 12h0",
  stop: "M5 2h6l3 3v6l-3 3H5l-3-3V5zM5 8h6",
  dots: "M3 8h0M8 8h0M13 8h0",
  question: "M5 5.5a3 3 0 1 1 3 3V10M8 13h0",
  differs: "M3 6h10M3 10h10M11 3L5 13",
  elsewhere: "M6 3H3v10h10v-3M9 3h4v4M13 3L7 9",
  clock: "M8 2a6 6 0 1 0 .1 0M8 5v3l2 2",
  offline: "M4 13a3 3 0 1 1 1-6 4 4 0 0 1 7 2 2 2 0 0 1 0 4zM2 2l12 12",
} as const;

export type IconName = keyof typeof ICONS;
