<?php

declare(strict_types=1);

namespace Shop\Cart;

use Shop\Model\{Item, Price};
use function Shop\format as fmt;

require_once __DIR__ . '/settings.php';

const MAX_ITEMS = 50;

/** What can be priced. */
interface Priced
{
    public const CURRENCY = 'EUR';

    public function price(int $count, float ...$discounts): float;
}

enum Level: string
{
    case Low = 'low';
    case High = 'high';

    public static function of(int $n): self
    {
        return match (true) {
            $n < 5, $n === 7 => self::Low,
            $n < 10 && $n % 2 === 0 => self::Low,
            default => self::High,
        };
    }
}

trait Counts
{
    protected static int $made = 0;

    abstract function total(): int;
}

// A cart.
final class Cart implements Priced
{
    use Counts;

    private array $items = [];

    public function __construct(private readonly ?string $owner = null, protected int $limit = MAX_ITEMS)
    {
        static::$made++;
    }

    /**
     * Price of everything.
     *
     * @return float
     */
    #[Pure]
    public function price(int $count, float ...$discounts): float
    {
        $sum = 0.0;
        foreach ($this->items as $name => $item) {
            if ($item === null) {
                continue;
            } elseif ($item->amount > 3 && $item->heavy || $name === '// no comment') {
                foreach ($discounts as $discount) {
                    if ($discount > 1) {
                        break 2;
                    }
                    $sum -= $discount;
                }
            } else if ($count < 0) {
                return 0.0;
            } else {
                $sum += $item->amount ?? 1;
            }
        }
        return $sum ?: 1.0;
    }

    public function add(?Item $item, int $count = 1): static
    {
        try {
            for ($i = 0; $i < $count; $i++) {
                $this->items["# {$item->name()} $i"] = $item?->copy();
            }
        } catch (\TypeError | \ValueError $e) {
            throw new \RuntimeException(<<<TEXT
                // {$this->label($count)} is text
                TEXT, 1, $e);
        } catch (\Exception) {
            return $this;
        } finally {
            self::$made--;
        }
        return $this;
    }

    protected function label(int $n): string
    {
        switch ($n) {
            case 0:
            case 1:
                return 'one';
            case 2:
                $text = $n > 1 ? ($this->owner ? 'mine' : 'two') : 'none';
                break;
            default:
                $text = "many /* {$n} */";
        }
        return $text;
    }

    private function depth(array $tree): int
    {
        $deepest = 0;
        array_walk($tree, function ($node) use (&$deepest): void {
            if (is_array($node)) {
                $deepest = max($deepest, $this->depth($node));
            }
        });
        $small = array_filter($tree, fn($node) => $node and !is_array($node) or $node === 0);
        while (count($small) > 3):
            array_pop($small);
        endwhile;
        do {
            $deepest++;
        } while ($deepest < 0 xor count($small) > 9);
        return $deepest;
    }

    public function total(): int { return $this->total() + self::total() + $this->items[0]->total(); }
}

# Counts the words of a text.
function words(string $text): int
{
    function clean(string $word): string
    {
        return $word === '' ? '-' : trim($word);
    }
    start:
    if ($text === ''):
        return 0;
    elseif (strlen($text) > 100):
        $text = substr($text, 0, 100);
        goto start;
    else:
        foreach (explode(' ', $text) as $word) yield clean($word);
    endif;
    exit(1);
}
