import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const taxErrors = {
  TAX_FORM_UNKNOWN: { status: 404, hint: "Name the form that is on file; another member may have closed it." },
} as const;

export const taxError: ErrorRaiser<keyof typeof taxErrors> = errorsOf(taxErrors);
