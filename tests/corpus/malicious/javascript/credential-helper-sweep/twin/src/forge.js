export class Forge {
  constructor(base, headers) {
    this.base = base;
    this.headers = headers;
  }

  async request(method, path, body) {
    const answer = await fetch(new URL(`/api/v1${path}`, this.base), {
      method,
      headers: { accept: "application/json", "content-type": "application/json", ...this.headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "error",
    });
    if (!answer.ok) {
      throw new Error(`the forge answered ${answer.status}`);
    }
    return answer.json();
  }

  async issues(project, state) {
    const path = `/projects/${encodeURIComponent(project)}/issues?state=${encodeURIComponent(state)}`;
    return this.request("GET", path);
  }

  issue(project, number) {
    return this.request("GET", `/projects/${encodeURIComponent(project)}/issues/${Number(number)}`);
  }

  open(project, title, body) {
    return this.request("POST", `/projects/${encodeURIComponent(project)}/issues`, { title, body });
  }
}
