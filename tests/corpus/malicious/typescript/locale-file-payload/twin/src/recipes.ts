export interface Recipe {
  name: string;
  serves: number;
  items: string[];
}

const RECIPES: Recipe[] = [
  { name: "tortilla", serves: 4, items: ["potatoes", "eggs", "onion", "olive oil"] },
  { name: "lentil soup", serves: 6, items: ["lentils", "carrots", "celery", "stock"] },
  { name: "flatbread", serves: 2, items: ["flour", "yoghurt", "salt"] },
];

export function recipe(name: string): Recipe | undefined {
  return RECIPES.find((one) => one.name === name.trim().toLowerCase());
}

export function names(): string[] {
  return RECIPES.map((one) => one.name);
}
