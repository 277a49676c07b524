import { afterEach, describe, expect, it } from "vitest";
import "../src/define.ts";
import { type Hub, snippetFor } from "../src/snippet.ts";
import { createWorld, REGISTRY } from "./world.ts";
import { isGreen, settled } from "./badge-page.ts";

const ADDRESS = "omla1pwdz7mz0rexk48pmqqqqqqqqqqcv63stm";
const MODEL = { address: ADDRESS, name: "Aster 7B", src: "omla.json" };
const INSIDE = `<a href="${REGISTRY}/models/${ADDRESS}"><img src="${REGISTRY}/badge/${ADDRESS}.svg" alt="OMLA badge of Aster 7B" height="20"></a>`;

afterEach(() => document.body.replaceChildren());

describe("the snippet", () => {
  it.each<Hub>(["huggingface", "civitai", "github"])(
    "for %s is the tag with the linked image inside, on one line and without a script",
    (hub) => {
      expect(snippetFor(hub, MODEL, REGISTRY)).toBe(`<omla-badge src="omla.json" registry="${REGISTRY}">${INSIDE}</omla-badge>`);
    },
  );

  it("for a plain page brings the script of the registry, or a pinned one", () => {
    const tag = `<omla-badge src="omla.json" registry="${REGISTRY}">${INSIDE}</omla-badge>`;
    expect(snippetFor("html", MODEL, `${REGISTRY}/`)).toBe(
      `<script type="module" src="${REGISTRY}/assets/widget/omla-badge.min.js" crossorigin="anonymous"></script>\n${tag}`,
    );
    expect(snippetFor("html", MODEL, REGISTRY, { url: "https://cdn.example/omla-badge.min.js", integrity: "sha384-abc" })).toBe(
      `<script type="module" src="https://cdn.example/omla-badge.min.js" integrity="sha384-abc" crossorigin="anonymous"></script>\n${tag}`,
    );
  });

  it("asks by address where the model has no omla.json", () => {
    expect(snippetFor("github", { address: ADDRESS, name: "Aster 7B" }, REGISTRY)).toContain(`<omla-badge model="${ADDRESS}" registry=`);
  });

  it.each([
    `"><script>window.hacked=1</script>`,
    `' onerror='window.hacked=1`,
    "a\n\n# heading",
    "&quot;><img src=x onerror=window.hacked=1>",
  ])("holds the hostile name %j inside its alt text", (name) => {
    const box = document.createElement("div");
    const snippet = snippetFor("github", { ...MODEL, name }, REGISTRY);
    box.innerHTML = snippet;
    expect(snippet).not.toContain("\n");
    expect([...box.querySelectorAll("*")].map(({ localName }) => localName)).toEqual(["omla-badge", "a", "img"]);
    expect(box.querySelector("img")!.alt).toBe(`OMLA badge of ${name.replace(/\s+/g, " ")}`);
  });

  it.each(["javascript:alert(1)", "http://registry.example", "", "registry.example"])("is refused for the registry %j", (registry) => {
    expect(() => snippetFor("html", MODEL, registry)).toThrow(TypeError);
  });

  it("shows the image where the tag is unknown or stripped, and the verified badge where it is not", async () => {
    const world = await createWorld();
    const sanitised = document.createElement("div");
    sanitised.innerHTML = snippetFor("github", MODEL, REGISTRY).replace(/<\/?omla-badge[^>]*>/g, "");
    expect(sanitised.firstElementChild?.localName).toBe("a");
    document.body.innerHTML = snippetFor("github", { address: world.address, name: "Aster 7B" }, REGISTRY);
    const badge = document.querySelector("omla-badge")!;
    await settled(badge);
    expect(isGreen(badge)).toBe(true);
    expect(badge.querySelector("img")!.checkVisibility()).toBe(false);
  });
});
