import { MAX_RECORD_CHARACTERS } from "./log-lines.ts";

export interface ObjectSplitter {
  /** The objects that a part of the text completes. */
  push(part: string): string[];
  /** Whether an object has begun and not ended. */
  isInside(): boolean;
}

/** Everything that can change what the scan does next. */
const MARKS = /["\\{}[]/g;

/** Takes the objects out of a JSON array that arrives in parts; what stands around the array, such as `{"data": [`, is passed over. */
export function createObjectSplitter(): ObjectSplitter {
  let held = "";
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let isArray = false;
  return {
    isInside: () => depth > 0,
    push(part) {
      const found: string[] = [];
      let start = 0;
      for (let at = 0; at < part.length; at += 1) {
        if (isEscaped) {
          isEscaped = false;
          continue;
        }
        MARKS.lastIndex = at;
        const mark = MARKS.exec(part);
        if (mark === null) break;
        at = mark.index;
        const [char] = mark;
        if (isString) {
          if (char === "\\") isEscaped = true;
          else if (char === '"') isString = false;
        } else if (char === '"') isString = true;
        else if (!isArray) isArray = char === "[";
        else if (char === "{") {
          if (depth === 0) start = at;
          depth += 1;
        } else if (char === "}" && depth > 0) {
          depth -= 1;
          if (depth === 0) {
            found.push(held + part.slice(start, at + 1));
            held = "";
          }
        }
      }
      if (depth > 0) held += part.slice(start);
      // No request is as long as this: the text is not what it seems, and what follows is tried anew.
      if (held.length > MAX_RECORD_CHARACTERS) [held, depth, isString, isEscaped] = ["", 0, false, false];
      return found;
    },
  };
}
