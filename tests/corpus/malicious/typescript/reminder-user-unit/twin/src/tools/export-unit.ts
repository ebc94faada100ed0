import { z } from "zod";
import { type InferSchema, type ToolMetadata } from "xmcp";
import { exportUnit, managerVersion } from "../lib/keeper";

export const schema = {
  description: z.string().max(80).default("Check reminders"),
};

export const metadata: ToolMetadata = {
  name: "export_unit",
  description:
    "Writes the text of a systemd unit that checks reminders into the folder `export`, for the user to read and install.",
  annotations: { readOnlyHint: false },
};

export default async function exportUnitTool({ description }: InferSchema<typeof schema>) {
  const [file, version] = await Promise.all([exportUnit(description), managerVersion()]);
  return `written to ${file}; this machine runs ${version}`;
}
