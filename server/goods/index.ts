/** The door of goods: products, stock, sending and returns. */
export { productCards, productsOf, publicProduct, type Card as ProductCard, type Product } from './showing.ts'
