import type { LightMyRequestResponse } from "fastify";
import { totpCode, totpStep } from "../../src/credentials/totp.ts";
import { addBoardMember } from "../../src/domain/board/service.ts";
import type { BoardRole } from "../../src/principal.ts";
import { REGISTRY, type TestApp } from "./app.ts";

/** A member with the secret of its authenticator app. */
export interface TestMember {
  readonly id: string;
  readonly email: string;
  readonly secret: Uint8Array;
  /** The token of its newest session, for scripts. */
  token: string;
}

let count = 0;

/** Adds a member to the board, as `omla-server board add` does. */
export async function addMember(test: TestApp, role: BoardRole = "reviewer"): Promise<TestMember> {
  count += 1;
  const email = `member-${count}@board.test`;
  const { id, otpauth } = await test.ctx.db.service((tx) => addBoardMember(test.ctx, tx, email, role));
  return { id, email, secret: secretOf(otpauth), token: "" };
}

/** A member who is signed in with a bearer token; its code was given just now. */
export async function signedInMember(test: TestApp, role: BoardRole = "reviewer"): Promise<TestMember> {
  const member = await addMember(test, role);
  await signIn(test, member);
  return member;
}

/** Signs in with the next unused code: the clock moves on by one step. */
export async function signIn(test: TestApp, member: TestMember): Promise<void> {
  const answer = await test.post(
    "/admin/v1/sign-in",
    { email: member.email, code: nextCode(test, member), bearer: true },
    undefined,
    OWN_PAGE,
  );
  if (answer.statusCode !== 200) throw new Error(`sign-in answered ${answer.statusCode}: ${answer.body}`);
  member.token = (answer.json() as { access_token: string }).access_token;
}

/** What our own pages send. */
export const OWN_PAGE = { "x-omla-board": "1", origin: REGISTRY, "sec-fetch-site": "same-origin" } as const;

/** A code that was not used yet. */
export function nextCode(test: TestApp, { secret }: Pick<TestMember, "secret">): string {
  test.clock.advance({ seconds: 30 });
  return totpCode(secret, totpStep(test.clock.now()));
}

/** The secret in an otpauth URL, read by the alphabet of RFC 4648. */
export function secretOf(otpauth: string): Uint8Array {
  const text = new URL(otpauth).searchParams.get("secret") ?? "";
  const bits = [...text].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** Proposes through one member and approves through the other. */
export async function decideTogether(
  test: TestApp,
  [first, second]: readonly [TestMember, TestMember],
  url: string,
  body: object,
): Promise<LightMyRequestResponse> {
  const proposed = await test.post(url, body, first.token);
  if (proposed.statusCode !== 202) return proposed;
  const { id, content_sha256 } = proposed.json() as { id: string; content_sha256: string };
  return test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, second.token);
}
