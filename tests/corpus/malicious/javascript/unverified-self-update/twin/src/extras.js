import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import https from "node:https";

const PACK = new URL("https://packs.wordcount-desk.example/extras-latest.json");

function agent() {
  const file = process.env.WORDCOUNT_CA_FILE;
  return file ? new https.Agent({ ca: readFileSync(file), minVersion: "TLSv1.2" }) : undefined;
}

function latest() {
  return new Promise((resolve, reject) => {
    https
      .get(PACK, { agent: agent(), timeout: 5000 }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")).version);
          } catch (error) {
            reject(error);
          }
        });
      })
      .on("error", reject);
  });
}

/** Says which extras there are and how the user can install them. Installs nothing. */
export async function addExtras() {
  const npm = execFileSync("npm", ["--version"], { encoding: "utf8" }).trim();
  const version = await latest();
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error("the answer names no version");
  }
  return `npm ${npm} is here; to add them: npm install wordcount-desk-extras@${version}`;
}
