import type { RegistrationPlan } from "../protocol/registration.ts";
import type { Style } from "./style.ts";
import { printable, table } from "./table.ts";

/** A plan as people read it: faults, then who would get what. */
export function planText(file: string, plan: RegistrationPlan, paint: Style): string {
  const title = `${paint.bold(printable(file))}  ${plan.address ?? plan.model_id}  ${plan.ok ? paint.green("can be registered") : paint.red("cannot be registered")}\n`;
  const faults = plan.faults.map(({ severity, code, path, message, hint }) => {
    const word = severity === "error" ? paint.red("error") : paint.yellow("note ");
    return `${word} ${code} at ${path}: ${printable(message)}\n      ${hint}\n`;
  });
  return title + faults.join("") + shares(plan, paint);
}

function shares({ shares, parents, local, lineage_policy }: RegistrationPlan, paint: Style): string {
  if (shares === null) return "";
  const parentRows = parents.map((parent) => ({
    who: `parent ${parent.parent_id}`,
    declared: parent.contribution_weight,
    gets: parent.registered ? `${parent.percentage} %` : "nothing, not registered here",
  }));
  const rows = [...parentRows, { who: "stays with this model", declared: "", gets: `${local?.percentage} %` }];
  const flow = table(rows, [
    { title: "of each royalty", of: ({ who }) => who },
    { title: "declared", of: ({ declared }) => declared, align: "right" },
    { title: "really gets", of: ({ gets }) => gets, align: "right" },
  ]);
  const wallets = table(shares, [
    { title: "paid in the end", of: ({ wallet }) => wallet },
    { title: "percent", of: ({ percentage }) => percentage, align: "right" },
  ]);
  return `${flow}${wallets}${paint.dim(`lineage policy of the registry: ${lineage_policy}`)}\n`;
}
