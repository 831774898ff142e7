// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import "./Ownable.sol";
import {Math} from "./Math.sol";

/// @notice What an auction must offer.
interface IAuction {
    function bid(uint256 lot) external payable;
}

library Prices {
    uint256 internal constant STEP = 5;

    function next(uint256 price) internal pure returns (uint256) {
        return price == 0 ? STEP : price + (price > 100 ? STEP * 2 : STEP);
    }
}

error TooLow(uint256 offered, uint256 wanted);

/**
 * @title An auction of several lots.
 */
contract Auction is IAuction, Ownable {
    using Prices for uint256;

    enum Phase { Open, Closing, Closed }

    struct Lot {
        address bidder;
        uint256 price;
        Phase phase;
    }

    event Sold(uint256 indexed lot, address to);

    uint256 public constant MAX_LOTS = 20;
    mapping(uint256 => Lot) private lots;
    uint256 private count;

    modifier onlyOpen(uint256 lot) {
        if (lots[lot].phase != Phase.Open || lot >= count) {
            revert("closed // not a comment");
        }
        _;
    }

    constructor(uint256 number) {
        require(number <= MAX_LOTS && number > 0, "too many");
        count = number;
    }

    receive() external payable {}

    fallback() external payable {
        if (msg.value == 0) revert();
    }

    /// @notice Offers a price.
    function bid(uint256 lot) external payable override onlyOpen(lot) {
        Lot storage current = lots[lot];
        uint256 wanted = current.price.next();
        if (msg.value < wanted) {
            revert TooLow(msg.value, wanted);
        } else if (current.bidder == msg.sender) {
            return;
        } else {
            /* pays back, then takes over */
            if (current.bidder != address(0) && current.price > 0) {
                payable(current.bidder).transfer(current.price);
            }
            current.bidder = msg.sender;
        }
        current.price = msg.value;
    }

    function closeAll(uint256 limit) public onlyOwner returns (uint256 closed) {
        for (uint256 i = 0; i < count; i++) {
            if (lots[i].phase == Phase.Closed) {
                continue;
            }
            while (lots[i].price > limit) {
                unchecked {
                    lots[i].price -= 1;
                }
                if (lots[i].price == 7) break;
            }
            closed++;
        }
        do {
            closed--;
        } while (closed > limit && limit != 0 || closed > MAX_LOTS);
    }

    function settle(address token, uint256 lot) external {
        try IERC20(token).transfer(lots[lot].bidder, 1) returns (bool ok) {
            if (!ok) {
                emit Sold(lot, address(0));
            }
        } catch Error(string memory reason) {
            revert(reason);
        } catch (bytes memory) {
            emit Sold(lot, msg.sender);
        }
    }

    function _power(uint256 base, uint256 exponent) private pure returns (uint256) {
        if (exponent == 0) return 1;
        return base * _power(base, exponent - 1);
    }

    function sizeOf(address account) internal view returns (uint256 size) {
        assembly {
            size := extcodesize(account)
            if gt(size, 1000) {
                for { let i := 0 } lt(i, 3) { i := add(i, 1) } {
                    size := div(size, 2)
                }
            }
            switch size
            case 0 { size := 1 }
            case 1 { size := 2 }
            default { size := 3 }
        }
    }
}

function double(uint256 value) pure returns (uint256) {
    return value * 2;
}
