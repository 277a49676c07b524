import { audit } from "./audit.ts";
import { blacklist } from "./blacklist.ts";
import { certificate } from "./certificate.ts";
import type { Command } from "./command.ts";
import { complain } from "./complain.ts";
import { conformance } from "./conformance.ts";
import { dispute } from "./dispute.ts";
import { hash } from "./hash.ts";
import { init } from "./init.ts";
import { keygen } from "./keygen.ts";
import { pay } from "./pay.ts";
import { payments } from "./payments.ts";
import { quote } from "./quote.ts";
import { register } from "./register.ts";
import { report } from "./report.ts";
import { splits } from "./splits.ts";
import { verify } from "./verify.ts";

/** Every command by its name, in the order of the overview. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  keygen,
  hash,
  init,
  register,
  quote,
  report,
  payments,
  pay,
  certificate,
  verify,
  splits,
  dispute,
  audit,
  complain,
  blacklist,
  conformance,
};
