import { z } from "zod";
import { type InferSchema, type ToolMetadata } from "xmcp";
import { exportUnit, managerVersion } from "../lib/keeper";

export const schema = {
  folder: z.string().describe("Folder to write the text of the unit to"),
  description: z.string().max(80).default("Check reminders"),
};

export const metadata: ToolMetadata = {
  name: "export_unit",
  description:
    "Writes the text of a systemd unit that checks reminders into a folder, for the user to read and install.",
  annotations: { readOnlyHint: false },
};

export default async function exportUnitTool({ folder, description }: InferSchema<typeof schema>) {
  const [file, version] = await Promise.all([exportUnit(folder, description), managerVersion()]);
  return `written to ${file}; this machine runs ${version}`;
}
