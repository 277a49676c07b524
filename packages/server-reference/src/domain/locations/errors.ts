import { errorsOf, type ErrorRaiser } from "../../api-error.ts";

export const locationErrors = {
  LOCATION_REFUSED: { status: 422, hint: "Look at the page yourself, and confirm it by hand." },
  LOCATION_UNREACHABLE: { status: 422, hint: "Try again later, or look at the page yourself and confirm it by hand." },
  LOCATION_NOT_FOUND: { status: 404, hint: "The model's own key adds locations, by a mutation." },
} as const;

export const locationError: ErrorRaiser<keyof typeof locationErrors> = errorsOf(locationErrors);
