import { type Form, onlyKnown, optionalText, partOf, textOf } from "./form.ts";
import { type Desk, type Resource, StripeFault } from "./state.ts";

const LINK_SECONDS = 300;

export function createAccount(desk: Desk, form: Form): Resource {
  onlyKnown(form, ["type", "country", "email", "capabilities", "metadata", "business_profile"]);
  if (textOf(form, "type") !== "express") throw new StripeFault(400, "invalid_request_error", "This platform opens express accounts");
  const asked = partOf(partOf(form, "capabilities"), "transfers")["requested"] === "true";
  return desk.add("acct", "account", {
    type: "express",
    country: optionalText(form, "country") ?? "US",
    email: optionalText(form, "email"),
    metadata: partOf(form, "metadata"),
    capabilities: asked ? { transfers: "inactive" } : {},
    details_submitted: false,
    charges_enabled: false,
    payouts_enabled: false,
  });
}

export function createAccountLink(desk: Desk, form: Form): Resource {
  onlyKnown(form, ["account", "refresh_url", "return_url", "type"]);
  const account = desk.find(textOf(form, "account"), "account");
  if (textOf(form, "type") !== "account_onboarding") throw new StripeFault(400, "invalid_request_error", "Invalid type");
  for (const name of ["refresh_url", "return_url"]) new URL(textOf(form, name));
  const { id, object, created } = desk.add("alink", "account_link", { account: account.id });
  return { id, object, created, expires_at: created + LINK_SECONDS, url: `https://connect.stripe.test/setup/e/${account.id}/${id}` };
}

/** What a person does in the browser: all questions answered, or the account taken away again. */
export function changeReadiness(desk: Desk, accountId: string, ready: boolean): Resource {
  const account = desk.change(desk.find(accountId, "account"), {
    details_submitted: true,
    payouts_enabled: ready,
    charges_enabled: ready,
    capabilities: { transfers: ready ? "active" : "inactive" },
  });
  desk.tell("account.updated", account, account.id);
  return account;
}
