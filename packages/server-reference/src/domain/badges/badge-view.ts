import type { ComplianceState } from "@omla/sdk/protocol";

export type BadgeState = ComplianceState | "UNREGISTERED" | "INACTIVE";

/** What a badge tells. */
export interface Badge {
  readonly state: BadgeState;
  /** Named where it is not a model. */
  readonly asset_kind: string;
}

interface BadgeLook {
  readonly text: string;
  readonly color: string;
  /** shields.io knows colours by name. */
  readonly shieldsColor: string;
}

/** What each state says and in which colour; white text on each has a contrast above 4.5. */
export const BADGE_LOOKS: Readonly<Record<BadgeState, BadgeLook>> = {
  REGISTERED: { text: "registered", color: "#1f6f43", shieldsColor: "green" },
  REPORTING: { text: "reporting", color: "#1f6f43", shieldsColor: "green" },
  COMPLIANT: { text: "compliant", color: "#1f6f43", shieldsColor: "brightgreen" },
  UNDER_REVIEW: { text: "under review", color: "#8a5a00", shieldsColor: "yellow" },
  DELINQUENT: { text: "payment overdue", color: "#a8400b", shieldsColor: "orange" },
  BLACKLISTED: { text: "blacklisted", color: "#a31621", shieldsColor: "red" },
  UNREGISTERED: { text: "not registered", color: "#5c6370", shieldsColor: "lightgrey" },
  INACTIVE: { text: "withdrawn", color: "#5c6370", shieldsColor: "lightgrey" },
};

/** What stands to the left; a model is what is usually meant. */
function labelOf({ asset_kind }: Pick<Badge, "asset_kind">): string {
  return asset_kind === "model" ? "OMLA" : `OMLA ${asset_kind}`;
}

const CHARACTER_WIDTH_PX = 6.6;
const PADDING_PX = 10;
const HEIGHT_PX = 20;

/**
 * The badge as an image for pages that run no scripts.
 *
 * @param asOf - the registry's time of the answer, shown in the title
 */
export function badgeSvg(badge: Badge, asOf: string): string {
  const [look, label] = [BADGE_LOOKS[badge.state], labelOf(badge)];
  const left = textWidth(label);
  const right = textWidth(look.text);
  const title = `${label}: ${look.text} (as of ${asOf})`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT_PX}" role="img" aria-label="${title}">
<title>${title}</title>
<clipPath id="r"><rect width="${left + right}" height="${HEIGHT_PX}" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="${HEIGHT_PX}" fill="#333"/><rect x="${left}" width="${right}" height="${HEIGHT_PX}" fill="${look.color}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="${left / 2}" y="14">${label}</text><text x="${left + right / 2}" y="14">${look.text}</text></g>
</svg>
`;
}

/** The answer that shields.io draws: https://shields.io/badges/endpoint-badge */
export function badgeEndpoint(badge: Badge): { schemaVersion: 1; label: string; message: string; color: string; isError: boolean } {
  const look = BADGE_LOOKS[badge.state];
  return { schemaVersion: 1, label: labelOf(badge), message: look.text, color: look.shieldsColor, isError: badge.state === "BLACKLISTED" };
}

function textWidth(text: string): number {
  return Math.round(text.length * CHARACTER_WIDTH_PX + PADDING_PX);
}
