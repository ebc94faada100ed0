import { isIPv4 } from "node:net";
import { resolver } from "./resolver.js";

export interface Listing {
  zone: string;
  listed: boolean;
  codes: string[];
}

/** `192.0.2.7` and `bl.example` become `7.2.0.192.bl.example`. */
export function question(address: string, zone: string): string {
  if (!isIPv4(address)) {
    throw new Error(`${address} is not an IPv4 address`);
  }
  return `${address.split(".").reverse().join(".")}.${zone}`;
}

export async function ask(address: string, zone: string): Promise<Listing> {
  try {
    const codes = await resolver.resolve4(question(address, zone));
    return { zone, listed: codes.some((code) => code.startsWith("127.")), codes };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTFOUND") {
      return { zone, listed: false, codes: [] };
    }
    throw error;
  }
}
