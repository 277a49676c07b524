import { generateKeyPairSync, sign } from "node:crypto";

/** Tags of DER (X.690) that a certificate needs. */
const [INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8, TIME, SEQUENCE, SET] = [0x02, 0x03, 0x04, 0x06, 0x0c, 0x18, 0x30, 0x31];
const DNS_NAME = 0x82;
/** 1.2.840.10045.4.3.2: ECDSA with SHA-256. */
const ECDSA_SHA256 = "2a8648ce3d040302";
/** 2.5.4.3: a common name; 2.5.29.17: the names that a certificate is for. */
const [COMMON_NAME, ALT_NAME] = ["550403", "551d11"];

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const hex = (tag: number, text: string): Buffer => der(tag, Buffer.from(text, "hex"));

/** A key and a certificate that it signed for itself, good for some names; made without any program but Node. */
export function selfSigned(...names: readonly [string, ...string[]]): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, hex(OID, ECDSA_SHA256));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, hex(OID, COMMON_NAME), der(UTF8, Buffer.from(names[0])))));
  const validity = der(SEQUENCE, der(TIME, Buffer.from("20200101000000Z")), der(TIME, Buffer.from("21000101000000Z")));
  const altNames = der(SEQUENCE, ...names.map((dns) => der(DNS_NAME, Buffer.from(dns))));
  const extensions = der(0xa3, der(SEQUENCE, der(SEQUENCE, hex(OID, ALT_NAME), der(OCTET_STRING, altNames))));
  const version = der(0xa0, hex(INTEGER, "02"));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const body = der(SEQUENCE, version, hex(INTEGER, "01"), algorithm, name, validity, name, spki, extensions);
  const signature = der(BIT_STRING, Buffer.from([0]), sign("sha256", body, privateKey));
  const lines =
    der(SEQUENCE, body, algorithm, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}
