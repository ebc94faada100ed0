import type { ReactElement } from "react";
import { total, type Row } from "./csv.js";

interface Props {
  title: string;
  rows: Row[];
  amount: string;
}

function Table({ rows }: { rows: Row[] }): ReactElement {
  const columns = Object.keys(rows[0] ?? {});
  return (
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column}>{column}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {columns.map((column) => (
              <td key={column}>{row[column]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Footer({ title, rows, amount }: Props): ReactElement {
  const state = Buffer.from(JSON.stringify({ title, rows })).toString("base64");
  return (
    <footer>
      <p>Total: {total(rows, amount).toFixed(2)}</p>
      <a href={`data:application/json;base64,${state}`} download="rows.json">
        Rows as JSON
      </a>
    </footer>
  );
}

export function Report(props: Props): ReactElement {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>{props.title}</title>
      </head>
      <body>
        <h1>{props.title}</h1>
        <Table rows={props.rows} />
        <Footer {...props} />
      </body>
    </html>
  );
}
