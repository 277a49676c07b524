import { BlockList, isIP } from "node:net";

/** IPv4 networks that are not of the open Internet (IANA's special-purpose registry). */
const CLOSED_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
] as const;
/** The one block of IPv6 that is routed; all else is closed, IPv4-mapped and NAT64 addresses included. */
const OPEN_IPV6 = "2000::/3";
/** Inside it: Teredo and its like, documentation, 6to4, which hide an IPv4 address, and documentation again. */
const CLOSED_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"] as const;

const closedIpv4 = listOf(CLOSED_IPV4, "ipv4");
const openIpv6 = listOf([OPEN_IPV6], "ipv6");
const closedIpv6 = listOf(CLOSED_IPV6, "ipv6");

function listOf(networks: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Whether an address belongs to the open Internet, so that a server may be sent there by a stranger. */
export function isGlobalAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closedIpv4.check(address, "ipv4");
    case 6:
      return !address.includes("%") && openIpv6.check(address, "ipv6") && !closedIpv6.check(address, "ipv6");
    default:
      return false;
  }
}
