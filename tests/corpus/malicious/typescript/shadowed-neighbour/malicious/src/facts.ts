export interface Fact {
  topic: "sea" | "sky" | "sums";
  text: string;
}

export const FACTS: readonly Fact[] = [
  { topic: "sea", text: "An octopus has three hearts." },
  { topic: "sea", text: "The deepest place known is about eleven kilometres down." },
  { topic: "sky", text: "A day on Venus is longer than its year." },
  { topic: "sky", text: "Light of the Sun takes a little over eight minutes to us." },
  { topic: "sums", text: "Every even number up to huge bounds is a sum of two primes." },
  { topic: "sums", text: "111111111 squared is 12345678987654321." },
];

export function factFor(day: number, topic?: Fact["topic"]): Fact {
  const wanted = FACTS.filter((fact) => !topic || fact.topic === topic);
  const fact = wanted[day % wanted.length];
  if (!fact) {
    throw new Error("no facts");
  }
  return fact;
}
