/** The clients, one a surface: made by `npm run generate`. */
export {};
