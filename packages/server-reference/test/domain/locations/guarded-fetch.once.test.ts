import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isGlobalAddress } from "../../../src/domain/locations/global-address.ts";
import { type FetchPorts, guardedFetch } from "../../../src/domain/locations/guarded-fetch.ts";
import { cardNames, cardUrl } from "../../../src/domain/locations/model-card.ts";
import { selfSigned } from "../../helpers/self-signed.ts";

const PUBLIC = "93.184.215.14";
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let certificate: string;
const dialled: string[] = [];
beforeAll(async () => {
  const { key, cert } = selfSigned("hub.example", "inner.example");
  certificate = cert;
  server = createServer({ key, cert }, (request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Names resolve to what the test says; whatever is dialled ends at the local server, and is written down. */
function ports(...answers: readonly (readonly string[])[]): FetchPorts & { asked: number } {
  const self = {
    asked: 0,
    resolve: async () => answers[Math.min(self.asked++, answers.length - 1)] ?? [],
    dial: (address: string, servername: string) => {
      dialled.push(address);
      return connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, servername, ca: certificate });
    },
  };
  return self;
}

const codeOf = async (url: string, given = ports([PUBLIC])): Promise<string> =>
  guardedFetch(url, given).then(
    () => "fetched",
    (error: unknown) => String((error as { code?: unknown }).code),
  );

describe("a guarded fetch", () => {
  it("reads a text from the address that it checked, under the name's own certificate", async () => {
    answer = (request, response) => {
      response.setHeader("content-type", "text/plain; charset=utf-8").end(`${request.headers.host} ${request.url}`);
    };
    const given = ports([PUBLIC]);
    expect(await guardedFetch("https://hub.example/owner/repo?raw=1", given)).toEqual({
      text: "hub.example /owner/repo?raw=1",
      mediaType: "text/plain",
    });
    expect([given.asked, dialled.at(-1)]).toEqual([1, PUBLIC]);
    expect(await codeOf("https://other.example/")).toBe("LOCATION_UNREACHABLE");
  });

  it.each([
    "http://hub.example/",
    "https://hub.example:8443/",
    "https://user:pass@hub.example/",
    "file:///etc/passwd",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://localhost/",
    "https://postgres/",
    "https://hub.example./",
    "not a url",
  ])("ssrf_corpus: refuses %s before anything is resolved", async (url) => {
    const given = ports([PUBLIC]);
    expect([await codeOf(url, given), given.asked]).toEqual(["LOCATION_REFUSED", 0]);
  });

  it.each([
    ["127.0.0.1"],
    ["127.255.255.254"],
    ["0.0.0.0"],
    ["10.1.2.3"],
    ["100.64.0.1"],
    ["169.254.169.254"],
    ["172.31.255.255"],
    ["192.168.0.1"],
    ["192.0.2.1"],
    ["198.18.0.1"],
    ["224.0.0.1"],
    ["255.255.255.255"],
    ["::1"],
    ["::"],
    ["::ffff:127.0.0.1"],
    ["::ffff:a9fe:a9fe"],
    ["64:ff9b::a9fe:a9fe"],
    ["64:ff9b:1::1"],
    ["fe80::1"],
    ["fe80::1%eth0"],
    ["fd00::1"],
    ["ff02::1"],
    ["2001::7f00:1"],
    ["2001:db8::1"],
    ["2002:7f00:1::"],
    ["100::1"],
  ])("ssrf_corpus: refuses a name that leads to %s, also beside a public address", async (address) => {
    const before = dialled.length;
    expect(await codeOf("https://inner.example/", ports([address]))).toBe("LOCATION_REFUSED");
    expect(await codeOf("https://inner.example/", ports([PUBLIC, address]))).toBe("LOCATION_REFUSED");
    expect(dialled.length).toBe(before);
  });

  it.each([[PUBLIC], ["1.1.1.1"], ["172.32.0.1"], ["2606:4700::1111"], ["2a00:1450:4001:80b::200e"]])("lets %s through", (address) => {
    expect(isGlobalAddress(address)).toBe(true);
  });

  it("ssrf_corpus: a name that changes its mind is asked once (rebinding)", async () => {
    answer = (_request, response) => void response.end("x");
    const given = ports([PUBLIC], ["127.0.0.1"]);
    expect(await codeOf("https://hub.example/", given)).toBe("fetched");
    expect([given.asked, dialled.at(-1)]).toEqual([1, PUBLIC]);
  });

  it("ssrf_corpus: follows no redirect, not even to itself", async () => {
    let requests = 0;
    answer = (_request, response) => {
      requests += 1;
      response.writeHead(302, { location: "https://inner.example/secret" }).end();
    };
    expect([await codeOf("https://hub.example/"), requests]).toEqual(["LOCATION_UNREACHABLE", 1]);
  });

  it("cuts off what is too large, too slow, no text, or never resolves", async () => {
    answer = (_request, response) => void response.end("x".repeat(65_536));
    expect(await codeOf("https://hub.example/")).toBe("fetched");
    answer = (_request, response) => void response.end("x".repeat(65_537));
    expect(await codeOf("https://hub.example/")).toBe("LOCATION_UNREACHABLE");
    answer = (_request, response) => void response.end(Buffer.from([0xff, 0xfe]));
    expect(await codeOf("https://hub.example/")).toBe("LOCATION_UNREACHABLE");
    answer = (_request, response) => void response.write("x");
    expect(await codeOf("https://hub.example/")).toBe("LOCATION_UNREACHABLE");
    expect(await codeOf("https://hub.example/", { ...ports(), resolve: () => new Promise(() => {}) })).toBe("LOCATION_UNREACHABLE");
    expect(await codeOf("https://hub.example/", ports([]))).toBe("LOCATION_UNREACHABLE");
  });
});

describe("a model card", () => {
  const ADDRESS = "omla1qqqqqqqqqqqqqqqqqqqqqqqqqqgr6t2a";
  const OTHER = "omla1pppppppppppppppppppppppppppgr6t2a";
  const card = (text: string, mediaType = "text/plain"): { text: string; mediaType: string } => ({ text, mediaType });

  it.each([
    [card(`# A model\nOMLA-ID: ${ADDRESS}\nMore.`), true],
    [card(`OMLA-ID:${ADDRESS}\r\n`, "text/markdown"), true],
    [card(`OMLA-ID: ${ADDRESS}\nOMLA-ID: ${OTHER}`), false],
    [card(`OMLA-ID: ${OTHER}`), false],
    [card(`See OMLA-ID: ${ADDRESS}`), false],
    [card(`OMLA-ID: ${ADDRESS} or not`), false],
    [card(ADDRESS), false],
    [card(`OMLA-ID: ${ADDRESS}`, "text/html"), false],
    [card(""), false],
  ])("%j names the model: %s", (given, expected) => {
    expect(cardNames(given, ADDRESS)).toBe(expected);
  });

  it("lies where its hub keeps the text of it", () => {
    expect(cardUrl("https://huggingface.co/owner/repo")).toBe("https://huggingface.co/owner/repo/raw/main/README.md");
    expect(cardUrl("https://huggingface.co/datasets/owner/repo/tree/main")).toBe(
      "https://huggingface.co/datasets/owner/repo/raw/main/README.md",
    );
    expect(cardUrl("https://github.com/owner/repo/tree/x")).toBe("https://raw.githubusercontent.com/owner/repo/HEAD/README.md");
    expect(cardUrl("https://hub.example/a.md")).toBe("https://hub.example/a.md");
    expect(cardUrl("https://huggingface.co/owner")).toBe("https://huggingface.co/owner");
  });
});
