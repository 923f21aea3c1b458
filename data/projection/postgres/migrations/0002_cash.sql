-- Cash is what changed hands in quote units: a venue may keep fewer decimals than price × quantity has. Fills that were written
-- before paid the product.
ALTER TABLE steelyard.fills ADD COLUMN cash numeric;
UPDATE steelyard.fills SET cash = price * quantity;
ALTER TABLE steelyard.fills ALTER COLUMN cash SET NOT NULL;
